"""Floor 1: surfaces as arrays, their order, topology, normals, trees and distances; imports without numba."""
