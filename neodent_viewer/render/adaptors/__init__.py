"""One adaptor per kind of model: listens to the document, writes GPU buffers."""
