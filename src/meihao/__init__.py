"""Meihao (美好教育): the platform a district education bureau runs on."""
