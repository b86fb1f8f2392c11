"""Official forms in and out: workbooks read, checked and sent back; tables and pictures written."""
