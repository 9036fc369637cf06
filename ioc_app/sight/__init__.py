"""What cameras see, as screens are told it: names, scene axes, areas. The analyses are ``twin.analysis.views``."""
