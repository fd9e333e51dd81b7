"""A headless Chromium for tests of pages, and ears for it."""

import base64
import json
import math
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

# Whatever the page sends to the loudspeaker passes an analyser; its loudest frequency is noted
# every 20 ms, with the level. So are waveform, frequency and time of each tone that is begun.
_EARS = """
window.heard = [];
window.struck = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
  struck.push([this.type, this.frequency.value, when]);
  return start.call(this, when);
};
const Real = window.AudioContext;
window.AudioContext = class extends Real {
  constructor(...all) {
    super(...all);
    const ear = new AnalyserNode(this, { fftSize: 8192, smoothingTimeConstant: 0 });
    ear.connect(super.destination);
    Object.defineProperty(this, "destination", { value: ear });
    const bins = new Float32Array(ear.frequencyBinCount);
    setInterval(() => {
      ear.getFloatFrequencyData(bins);
      let top = 1;
      for (let i = 1; i < bins.length - 1; i++) if (bins[i] > bins[top]) top = i;
      const [a, b, c] = [bins[top - 1], bins[top], bins[top + 1]];
      const place = top + (a - c) / (2 * (a - 2 * b + c) || 1);
      heard.push([this.currentTime, (place * this.sampleRate) / ear.fftSize, b]);
    }, 20);
  }
};
"""


@contextmanager
def chromium(folder):
    """A browser with a profile of its own in `folder`; skips the test where there is none."""
    selenium = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    if not CHROMIUM or not DRIVER:
        pytest.skip("chromium and chromedriver are not installed")
    options = selenium.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (
        "headless=new",
        "no-sandbox",  # tests may run as root
        "disable-gpu",
        "disable-dev-shm-usage",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "no-first-run",
        "window-size=1000,1200",
        f"user-data-dir={folder}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = selenium.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.set_page_load_timeout(20)
        driver.set_script_timeout(20)
        driver.get("about:blank")  # away from the browser's own start page
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _EARS})
        yield driver
    finally:
        driver.quit()


def requests_of(driver):
    """URLs asked for since the last call, without those that a page carries itself."""
    urls = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            urls.append(message["params"]["request"]["url"])
    return [url for url in urls if urlsplit(url).scheme != "data"]


def errors_of(driver):
    """What the page complained of since the last call."""
    return [entry["message"] for entry in driver.get_log("browser")]


def printed(driver):
    """The page as it prints: a PDF."""
    options = {"preferCSSPageSize": True, "printBackground": True}
    return base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", options)["data"])


def pitches_heard(driver, least_db=-50.0):
    """MIDI pitches that sounded, in order, each once; as floats rounded to a tenth."""
    out = []
    for _, hertz, level_db in driver.execute_script("return heard"):
        if level_db is None or level_db < least_db or hertz <= 20:
            continue
        pitch = round(69 + 12 * math.log2(hertz / 440), 1)
        if not out or abs(out[-1] - pitch) > 0.3:
            out.append(pitch)
    return out
