#pragma once

/// Starts `program` (looked up in PATH) in a process group of its own, with fresh signals and no descriptors but three
/// pipes. `argv` and `envp` end with NULL; `directory` may be NULL. `pipes` gets our non-blocking ends: its input,
/// output, error. `pidfd` becomes readable when it ends. Returns 0 or an errno; then nothing is left open.
int clinux_spawn(const char *program, char *const argv[], char *const envp[], const char *directory, int pipes[3],
                 int *pid, int *pidfd);

/// The environment of this process.
char **clinux_environment(void);
