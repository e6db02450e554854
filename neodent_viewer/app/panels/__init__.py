"""One panel one file; views ask, they never write."""
