import numpy as np
import pytest
from vision_assets import hand_model

from handmidi.vision.bytesin import take_bytes
from handmidi.vision.networks import read_models


@pytest.fixture(scope="module")
def models():
    return read_models(hand_model())


def outputs(model, picture):
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(model_content=model)
    net.allocate_tensors()
    net.set_tensor(net.get_input_details()[0]["index"], picture[None])
    net.invoke()
    return {d["name"]: net.get_tensor(d["index"]) for d in net.get_output_details()}


@pytest.mark.parametrize(("kind", "size"), [("palm", 192), ("landmarks", 224)])
def test_bytes_give_what_floats_gave(models, kind, size):
    model = getattr(models, kind)
    picture = np.random.default_rng(2).integers(0, 255, (size, size, 3), dtype=np.uint8)
    before = outputs(model, picture * np.float32(1 / 255))
    after = outputs(take_bytes(model), picture)
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert np.allclose(values, after[name], rtol=1e-4, atol=1e-3), name


def test_a_network_that_takes_bytes_already(models):
    with pytest.raises(ValueError, match="no picture of floats"):
        take_bytes(take_bytes(models.palm))
