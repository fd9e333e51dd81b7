"""Networks that take a picture's bytes as they are.

Both hand networks want floats of 0..1. NumPy takes some 60 µs for a crop, and LiteRT does it on
the way for nothing: so the conversion becomes the network's first step, and the crop is written
straight into its input.
"""

from __future__ import annotations

import numpy as np


def take_bytes(model: bytes) -> bytes:
    """A network whose input is bytes instead of floats of 0..1; its outputs are the same.

    A dequantising step with scale 1/255 goes before all others.

    Parameters
    ----------
    model : bytes
        A valid TFLite file with one input, of floats, and half-precision weights, so that it
        has dequantising steps already.

    Returns
    -------
    bytes
        A TFLite file.

    Raises
    ------
    ValueError
        If `model` is no such network.
    """
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    network = schema.ModelT.InitFromPackedBuf(model, 0)
    graph = network.subgraphs[0]
    floats = graph.inputs[0]
    codes = [max(c.builtinCode, c.deprecatedBuiltinCode) for c in network.operatorCodes]
    if graph.tensors[floats].type != schema.TensorType.FLOAT32:
        raise ValueError("its input is no picture of floats")
    if schema.BuiltinOperator.DEQUANTIZE not in codes:
        raise ValueError("its weights are not of half precision")
    picture = schema.TensorT()
    picture.name, picture.shape = b"picture", graph.tensors[floats].shape
    picture.type = schema.TensorType.UINT8
    picture.quantization = schema.QuantizationParametersT()
    picture.quantization.scale = np.array([1 / 255], np.float32)
    picture.quantization.zeroPoint = np.array([0], np.int64)
    graph.tensors.append(picture)
    graph.inputs = [len(graph.tensors) - 1]

    first = schema.OperatorT()
    first.opcodeIndex = codes.index(schema.BuiltinOperator.DEQUANTIZE)
    first.inputs, first.outputs = graph.inputs, [floats]
    graph.operators.insert(0, first)

    out = flatbuffers.Builder(len(model) + 1024)
    out.Finish(network.Pack(out), b"TFL3")
    return bytes(out.Output())
