"""Hydraulic and electric network models: EPANET, SWMM, pandapipes, pandapower."""
