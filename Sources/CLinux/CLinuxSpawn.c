#define _GNU_SOURCE 1
#include "CLinuxSpawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

char **clinux_environment(void) { return environ; }

static void close_pair(int pair[2]) {
    if (pair[0] >= 0) close(pair[0]);
    if (pair[1] >= 0) close(pair[1]);
}

static int start(const char *program, char *const argv[], char *const envp[], const char *directory, int pairs[3][2],
                 int *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    posix_spawn_file_actions_adddup2(&actions, pairs[0][0], 0);
    posix_spawn_file_actions_adddup2(&actions, pairs[1][1], 1);
    posix_spawn_file_actions_adddup2(&actions, pairs[2][1], 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    error = posix_spawnp(pid, program, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int clinux_spawn(const char *program, char *const argv[], char *const envp[], const char *directory, int pipes[3],
                 int *pid, int *pidfd) {
    int pairs[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    int error = 0;
    for (int i = 0; i < 3 && !error; i++)
        if (pipe2(pairs[i], O_CLOEXEC) != 0) error = errno;
    if (!error) error = start(program, argv, envp, directory, pairs, pid);
    if (!error) {
        *pidfd = (int)syscall(SYS_pidfd_open, *pid, 0);
        if (*pidfd < 0) {
            error = errno;
            kill(*pid, SIGKILL);
            waitpid(*pid, NULL, 0);
        }
    }
    if (error) {
        for (int i = 0; i < 3; i++) close_pair(pairs[i]);
        return error;
    }
    pipes[0] = pairs[0][1];
    pipes[1] = pairs[1][0];
    pipes[2] = pairs[2][0];
    close(pairs[0][0]);
    close(pairs[1][1]);
    close(pairs[2][1]);
    for (int i = 0; i < 3; i++) fcntl(pipes[i], F_SETFL, fcntl(pipes[i], F_GETFL) | O_NONBLOCK);
    return 0;
}
