import pytest

from handmidi.practice.microphone import SAMPLE_RATE_HZ, Block, Placing, age_s, earliest

FRAMES = 480  # 10 ms


def test_the_drivers_times_count_where_they_can_be():
    assert age_s(FRAMES, 100.0, 100.025, 0.5) == pytest.approx(0.025)


@pytest.mark.parametrize("adc_s, called_s", [(0.0, 0.0), (0.0, 5.0), (9.0, 5.0), (5.0, 7.0)])
def test_nonsense_falls_back_to_the_streams_own_delay(adc_s, called_s):
    assert age_s(FRAMES, adc_s, called_s, 0.04) == 0.04


def test_a_block_is_never_younger_than_it_is_long():
    assert age_s(FRAMES, 100.0, 100.0002, 0.04) == 0.01
    assert age_s(FRAMES, 0.0, 0.0, 0.0) == 0.01


def test_late_blocks_and_one_early_one_do_not_move_the_start():
    assert earliest([7.0 + late for late in (0.02, 0.0, 0.0, -3.0, *[0.01] * 16)]) == 7.0


def test_a_recording_is_placed_by_its_blocks():
    placing = Placing()
    assert placing.started_s is None
    for i in range(30):
        late_s = (i % 3) * 0.004
        placing.add(Block(bytes(2 * FRAMES), 2.0 + i * FRAMES / SAMPLE_RATE_HZ + late_s))
    assert placing.started_s == pytest.approx(2.0)
