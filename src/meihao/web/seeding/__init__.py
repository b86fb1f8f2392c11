"""The invented district put into the registry by the platform's own actions, as a bureau would (虚构)."""
