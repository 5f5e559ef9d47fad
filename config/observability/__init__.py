"""What operators see of the product: metrics, traces, a profile. docs/observing.md"""
