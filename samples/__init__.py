"""Annual reports made up by the project itself, with known truth, for the demo and the tests."""
