#pragma once

/// Names the calling thread (the kernel keeps 15 bytes).
void clinux_name_thread(const char *name);
