#pragma once
#define NCURSES_WIDECHAR 1
#include <wchar.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

// What Swift cannot import of curses (globals, variadic and macro parts), behind a narrow interface, and the guard that
// puts the terminal back whatever ends the process. The curses part belongs to the main thread alone.

// MARK: Screen

enum {
  SIDETONE_BOLD = 1, SIDETONE_DIM = 2, SIDETONE_ITALIC = 4, SIDETONE_UNDERLINE = 8, SIDETONE_REVERSE = 16,
  SIDETONE_STRIKE = 32
};

/// Our own descriptions of xterm-like terminals, in the form TERMINFO takes ("b64:…"), and their names.
extern const char *const sidetone_entry_direct;
extern const char *const sidetone_entry_indexed;

/// Number of colours of a terminal by the system's database: -1 no such terminal, 0 none. Works once, before `open`.
int sidetone_terminal_colors(const char *term);

/// Takes stdin and stdout for curses: raw, no echo. `entry` is one of ours or NULL for the system's database.
/// `colors` turns colour on. Returns 0, or -1 when the terminal is unknown.
int sidetone_screen_open(const char *term, const char *entry, bool colors);
/// A file that is only in memory; -1 when there can be none.
int sidetone_memory_file(void);
/// From now on curses writes into the file `memory` (a copy of its descriptor), not to the terminal.
void sidetone_screen_redirect(int memory);
/// Ends curses for a while: cooked terminal, normal screen.
void sidetone_screen_leave(void);
/// Comes back; everything is drawn anew at the next update.
void sidetone_screen_resume(void);
void sidetone_screen_close(void);

int sidetone_screen_colors(void);
int sidetone_screen_pairs(void);
/// Whether struck text shows as struck.
bool sidetone_screen_has_strike(void);
/// Defines a colour pair; -1 is the terminal's own colour. 0 when it worked.
int sidetone_screen_define_pair(int pair, int foreground, int background);
/// Puts one character with its marks (zero-terminated) at a cell.
void sidetone_screen_put(int y, int x, const uint32_t *scalars, unsigned attributes, int pair);
/// Shows the hardware cursor at a cell, or hides it.
void sidetone_screen_cursor(bool visible, int y, int x);
/// Sends what changed since the last update.
void sidetone_screen_update(void);
/// Forgets what the terminal shows: the next update sends everything.
void sidetone_screen_invalidate(void);
void sidetone_screen_resize(int rows, int cols);

/// Cells of a character as the C library counts them; -1 unknown.
int sidetone_wcwidth(uint32_t scalar);
/// Sets the character type from the environment. True when it is UTF-8; `C.UTF-8` when nothing is set at all.
bool sidetone_set_locale(void);

// MARK: Guard

/// Remembers the terminal's settings, and puts them and `reset` (bytes to write) back when the process exits or dies of
/// SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT or SIGTRAP. The signal then goes on to the handler that was there before.
int sidetone_guard_arm(int terminal, const char *reset, size_t length);
/// Writes a crash down in the file `path` (0600), beginning with the line `head`, and prints its path. Before `arm`.
void sidetone_guard_report_to(const char *path, const char *head);
/// Changes the bytes: more modes are on now.
void sidetone_guard_set_reset(const char *reset, size_t length);
/// Puts everything back and rests until armed again.
void sidetone_guard_disarm(void);
/// Sends stderr into a file without name; what it holds is written to the real stderr when the guard ends. 0 when it
/// worked.
int sidetone_guard_keep_stderr(void);
/// Puts stderr back and writes the last `limit` bytes that were kept; control characters are left out.
void sidetone_guard_show_stderr(size_t limit);
