"""制度文件库: issued documents in force, by version and clause."""
