#define _GNU_SOURCE 1
#include "CALSA.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char first_message[256];

static void keep_first(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file;
    (void)line;
    (void)function;
    (void)error;
    if (first_message[0] != 0) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(first_message, sizeof first_message, format, arguments);
    va_end(arguments);
    first_message[strcspn(first_message, "\r\n")] = 0;
}

void calsa_quiet(void) {
    snd_lib_error_set_handler(keep_first);
    // libpulse has no handler for its messages; syslog is the only place it can be sent to that is not stderr.
    setenv("PULSE_LOG_SYSLOG", "1", 0);
    setenv("JACK_NO_START_SERVER", "1", 0);
}

const char *calsa_first_message(void) { return first_message; }

void calsa_forget_message(void) { first_message[0] = 0; }

int calsa_is_defined(const char *name) {
    int length = (int)strcspn(name, ":");
    char key[132];
    if (length == 0 || length >= 128) return 0;
    snprintf(key, sizeof key, "pcm.%.*s", length, name);
    snd_config_t *top = NULL, *found = NULL;
    if (snd_config_update_ref(&top) < 0 || top == NULL) return 0;
    int is_defined = snd_config_search(top, key, &found) >= 0;
    snd_config_unref(top);
    return is_defined;
}

int calsa_become_audio_thread(const char *name, int priority) {
    char shown[16];
    snprintf(shown, sizeof shown, "%s", name);
    pthread_setname_np(pthread_self(), shown);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    struct sched_param parameters = {.sched_priority = priority};
    return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}
