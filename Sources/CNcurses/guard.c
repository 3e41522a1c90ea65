#define _GNU_SOURCE 1
#include "CNcurses.h"
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <termios.h>
#include <unistd.h>

// Everything reached from `on_signal` is async-signal-safe: write, tcsetattr, pread, dup2, sigaction, raise.

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
enum { SIGNALS = sizeof signals / sizeof *signals, RESET_LIMIT = 256 };

static struct sigaction previous[SIGNALS];
static atomic_int armed;
static int terminal = -1;
static struct termios saved;
// Two buffers and an index: the handler always sees a whole sequence.
static char resets[2][RESET_LIMIT];
static size_t lengths[2];
static atomic_int current;
static int real_stderr = -1, kept_stderr = -1;
static char stack[64 * 1024];
// Where a crash is written down, and its first line.
static char report_path[512];
static char report_head[256];

// Bounded: a terminal that takes nothing must not keep the process from ending.
enum { WAITS = 6, WAIT_MS = 50, CHUNK = 128 };
static int waits_left = WAITS;

static void write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        if (poll(&ready, 1, 0) == 0) {
            if (waits_left <= 0) return;
            waits_left--;
            if (poll(&ready, 1, WAIT_MS) <= 0) continue;
        }
        ssize_t n = write(fd, bytes, length < CHUNK ? length : CHUNK);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) return;
        bytes += n;
        length -= (size_t)n;
    }
}

static void restore(void) {
    if (!atomic_exchange(&armed, 0)) return;
    int index = atomic_load(&current);
    write_all(terminal, resets[index], lengths[index]);
    // A background process must not be stopped for setting the terminal back.
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGTTOU);
    sigprocmask(SIG_BLOCK, &block, &before);
    tcsetattr(terminal, TCSANOW, &saved);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void sidetone_guard_show_stderr(size_t limit) {
    if (kept_stderr < 0 || real_stderr < 0) return;
    dup2(real_stderr, 2);
    struct stat info;
    off_t size = fstat(kept_stderr, &info) == 0 ? info.st_size : 0;
    off_t at = size > (off_t)limit ? size - (off_t)limit : 0;
    char chunk[1024];
    while (at < size) {
        ssize_t n = pread(kept_stderr, chunk, sizeof chunk, at);
        if (n <= 0) break;
        at += n;
        for (ssize_t i = 0; i < n; i++) {
            unsigned char c = (unsigned char)chunk[i];
            if ((c < 32 && c != '\n' && c != '\t') || c == 127) chunk[i] = '?';
        }
        write_all(real_stderr, chunk, (size_t)n);
    }
    close(kept_stderr);
    close(real_stderr);
    kept_stderr = real_stderr = -1;
}

static void write_text(int fd, const char *text) { write_all(fd, text, strlen(text)); }

static void write_number(int fd, unsigned long value, unsigned base) {
    char digits[24];
    int at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0 && at > 0);
    write_all(fd, digits + at, sizeof digits - (size_t)at);
}

static void write_cause(int fd, int number, const siginfo_t *info) {
    const char *name = sigabbrev_np(number);
    write_text(fd, "SIG");
    write_text(fd, name ? name : "?");
    if (info->si_code == SI_USER || info->si_code == SI_TKILL) {
        write_text(fd, info->si_pid == getpid() ? " of its own" : " from process ");
        if (info->si_pid != getpid()) write_number(fd, (unsigned long)info->si_pid, 10);
    } else {
        write_text(fd, " at address 0x");
        write_number(fd, (unsigned long)info->si_addr, 16);
    }
    write_text(fd, "\n");
}

// What went to stderr while the screen was up: why Swift ended the program stands there.
static void copy_stderr(int fd, size_t limit) {
    struct stat info;
    if (kept_stderr < 0 || fstat(kept_stderr, &info) != 0) return;
    off_t at = info.st_size > (off_t)limit ? info.st_size - (off_t)limit : 0;
    char chunk[1024];
    ssize_t n;
    while (at < info.st_size && (n = pread(kept_stderr, chunk, sizeof chunk, at)) > 0) {
        write_all(fd, chunk, (size_t)n);
        at += n;
    }
}

// The report of a crash; true when it was written.
static bool report(int number, const siginfo_t *info) {
    if (!report_path[0]) return false;
    int fd = open(report_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    write_text(fd, report_head);
    write_text(fd, "\nseconds since 1970: ");
    write_number(fd, (unsigned long)time(NULL), 10);
    write_text(fd, "\nsignal: ");
    write_cause(fd, number, info);
    write_text(fd, "\nstderr:\n");
    copy_stderr(fd, 16384);
    write_text(fd, "\nbacktrace:\n");
    void *frames[64];
    backtrace_symbols_fd(frames, backtrace(frames, 64), fd);
    close(fd);
    return true;
}

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    static atomic_flag reported = ATOMIC_FLAG_INIT;
    restore();
    bool written = !atomic_flag_test_and_set(&reported) && report(number, info);
    sidetone_guard_show_stderr(8192);
    if (written) {
        write_text(2, "sidetone: ended by ");
        write_cause(2, number, info);
        write_text(2, "sidetone: crash report: ");
        write_text(2, report_path);
        write_text(2, "\n");
    }
    // Hand on to who was there before (the runtime's crash reporter, or the default). Not when another process sent the
    // signal: the reporter counts on the fault happening again, and there was none.
    struct sigaction rest = {.sa_handler = SIG_DFL};
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i] == number && info->si_code != SI_USER) rest = previous[i];
    sigaction(number, &rest, NULL);
    raise(number);
}

static void at_exit(void) {
    restore();
    sidetone_guard_show_stderr(8192);
}

static void install(void) {
    static bool installed;
    if (installed) return;
    installed = true;
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack, .ss_flags = 0};
    stack_t known;
    if (sigaltstack(NULL, &known) == 0 && known.ss_flags & SS_DISABLE) sigaltstack(&alternate, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++) sigaction(signals[i], &action, &previous[i]);
    atexit(at_exit);
    // Its first call loads a library, which a signal handler must not.
    void *frame;
    backtrace(&frame, 1);
}

void sidetone_guard_report_to(const char *path, const char *head) {
    if (strlen(path) >= sizeof report_path) return;
    strcpy(report_path, path);
    strncpy(report_head, head, sizeof report_head - 1);
}

int sidetone_guard_arm(int fd, const char *reset, size_t length) {
    if (tcgetattr(fd, &saved) != 0) return -1;
    terminal = fd;
    sidetone_guard_set_reset(reset, length);
    install();
    atomic_store(&armed, 1);
    return 0;
}

void sidetone_guard_set_reset(const char *reset, size_t length) {
    int next = 1 - atomic_load(&current);
    if (length > RESET_LIMIT) length = RESET_LIMIT;
    memcpy(resets[next], reset, length);
    lengths[next] = length;
    atomic_store(&current, next);
}

void sidetone_guard_disarm(void) { restore(); }

int sidetone_guard_keep_stderr(void) {
    if (kept_stderr >= 0) return 0;
    int file = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) file = memfd_create("stderr", MFD_CLOEXEC);
    if (file < 0) return -1;
    int real = fcntl(2, F_DUPFD_CLOEXEC, 3);
    if (real < 0 || dup2(file, 2) < 0) {
        close(file);
        if (real >= 0) close(real);
        return -1;
    }
    kept_stderr = file;
    real_stderr = real;
    return 0;
}
