"""The way in: login page, one-time links, kiosk links, logout, and whether the server is well. The only public
routes.
"""
