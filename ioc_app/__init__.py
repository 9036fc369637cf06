"""The web application: app factory, API, page, and the 3D component with its sources and built bundle."""
