"""The web application: app factory, API, page, and the 3D component with its sources and built bundle."""

from typing import Any

__version__ = "0.1.0"

# Dash serves what a component's top-level package lists here. The engine is imported by the component when it first
# mounts, hence "lazy": registered, never put into the page.
_js_dist: list[dict[str, Any]] = [
    {"relative_package_path": "_viewer/component.js", "namespace": "ioc_app"},
    {"relative_package_path": "_viewer/engine.js", "namespace": "ioc_app", "async": "lazy"},
]
