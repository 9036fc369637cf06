"""City models: CityJSON and CityGML buildings."""
