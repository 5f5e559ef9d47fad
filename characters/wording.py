"""The product's own words to models that help an author: wording.yaml."""

from pathlib import Path
from typing import Any

import yaml

WORDING: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text("utf-8"))
