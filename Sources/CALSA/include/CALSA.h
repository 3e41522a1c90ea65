#pragma once
// Do not define _GNU_SOURCE here: it makes types of glibc differ from those of Swift's Glibc module.
#include <alsa/asoundlib.h>

/// Keeps alsa-lib and libpulse from writing to the terminal. Call before any other thread runs: it sets the environment.
void calsa_quiet(void);

/// The first message of alsa-lib on this thread since calsa_forget_message (the deepest cause comes first), or "".
/// Valid until the next call of alsa-lib on this thread.
const char *calsa_first_message(void);
void calsa_forget_message(void);

/// Whether the configuration defines a PCM of that name (what precedes the first colon). 1 or 0.
int calsa_is_defined(const char *name);

/// Names the calling thread (15 bytes shown), blocks its signals, asks for SCHED_FIFO. Returns 0, or errno of the last.
int calsa_become_audio_thread(const char *name, int priority);
