"""The web application: app factory, API, page, and the 3D component with its sources and built bundle."""

from typing import Any

__version__ = "0.1.0"

# Dash serves what a component's top-level package lists here. The engine is imported by the component when it first
# mounts, hence "lazy": registered, never put into the page; the screens with the first one shown. The engine fetches
# the duty desk once somebody is logged in, the tool that colours when it is opened, live colouring when it is chosen,
# the drawing of a storey's plan, what the card of a pipe or a camera computes, snapshots, sections and digs when their
# tool is opened, the time bar with the first screen or moment of the past, what a wall does on a wall, and the Draco
# decoder when a set needs it. snapshot.js is no part of the page: it goes into files.
_DECODER = ("draco_wasm_wrapper.js", "draco_decoder.wasm")
_js_dist: list[dict[str, Any]] = [
    {"relative_package_path": "_viewer/component.js", "namespace": "ioc_app"},
    {"relative_package_path": "_viewer/panels.js", "namespace": "ioc_app"},
    {"relative_package_path": "_viewer/engine.js", "namespace": "ioc_app", "async": "lazy"},
    {"relative_package_path": "_viewer/changes.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/colour.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/findings.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/desk.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/wall.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/now.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/pipes.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/plan.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/sight.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/snapshots.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/screen.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/time.js", "namespace": "ioc_app", "dynamic": True},
    {"relative_package_path": "_viewer/underground.js", "namespace": "ioc_app", "dynamic": True},
    *({"relative_package_path": f"_viewer/{name}", "namespace": "ioc_app", "dynamic": True} for name in _DECODER),
]
