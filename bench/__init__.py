"""What gouji is measured by: speed and right cells beside its peers, memory, cost of the flow."""
