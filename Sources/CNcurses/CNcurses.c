#define _GNU_SOURCE 1
#include "CNcurses.h"
#include <curses.h>
#include <fcntl.h>
#include <term.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

static SCREEN *the_screen;
static bool colors_on;
// Of our own, so that what curses writes to can be changed under it.
static FILE *output;
static struct termios raw_mode;
static bool has_raw_mode;

int sidetone_terminal_colors(const char *term) {
    int status = 0;
    if (setupterm((char *)term, 1, &status) != OK || status != 1) return -1;
    int colors = tigetnum("colors");
    del_curterm(cur_term);
    return colors < 0 ? 0 : colors;
}

int sidetone_screen_open(const char *term, const char *entry, bool colors) {
    const char *known = getenv("TERMINFO");
    char *before = known ? strdup(known) : NULL;
    if (entry) setenv("TERMINFO", entry, 1);
    // A size in the environment would freeze the screen at it.
    unsetenv("LINES");
    unsetenv("COLUMNS");
    int copy = fcntl(1, F_DUPFD_CLOEXEC, 3);
    output = copy < 0 ? NULL : fdopen(copy, "w");
    the_screen = output ? newterm(term, output, stdin) : NULL;
    if (entry && before) setenv("TERMINFO", before, 1);
    if (entry && !before) unsetenv("TERMINFO");
    free(before);
    if (!the_screen) return -1;
    raw();
    noecho();
    nonl();
    has_raw_mode = tcgetattr(0, &raw_mode) == 0;
    // A frame is drawn whole: whether input waits is not curses' business.
    typeahead(-1);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    curs_set(0);
    // Without start_color the pair functions crash on terminals that have none.
    colors_on = colors && has_colors() && start_color() == OK && use_default_colors() == OK;
    return 0;
}

int sidetone_memory_file(void) { return memfd_create("screen", MFD_CLOEXEC); }

void sidetone_screen_redirect(int memory) { dup2(memory, fileno(output)); }

void sidetone_screen_leave(void) { endwin(); }

void sidetone_screen_resume(void) {
    // Curses writes to no terminal and cannot set its mode.
    if (has_raw_mode) tcsetattr(0, TCSADRAIN, &raw_mode);
    clearok(curscr, TRUE);
    wrefresh(stdscr);
    curs_set(0);
}

void sidetone_screen_close(void) {
    if (!the_screen) return;
    endwin();
    delscreen(the_screen);
    the_screen = NULL;
    fclose(output);
    output = NULL;
}

int sidetone_screen_colors(void) { return colors_on ? COLORS : 0; }
int sidetone_screen_pairs(void) { return colors_on ? COLOR_PAIRS : 0; }
bool sidetone_screen_has_strike(void) { return enter_protected_mode != NULL && termattrs() & A_PROTECT; }

int sidetone_screen_define_pair(int pair, int foreground, int background) {
    if (!colors_on) return -1;
    return init_extended_pair(pair, foreground, background) == OK ? 0 : -1;
}

static attr_t curses_attributes(unsigned attributes) {
    attr_t result = 0;
    if (attributes & SIDETONE_BOLD) result |= A_BOLD;
    if (attributes & SIDETONE_DIM) result |= A_DIM;
    if (attributes & SIDETONE_ITALIC) result |= A_ITALIC;
    if (attributes & SIDETONE_UNDERLINE) result |= A_UNDERLINE;
    if (attributes & SIDETONE_REVERSE) result |= A_REVERSE;
    if (attributes & SIDETONE_STRIKE && sidetone_screen_has_strike()) result |= A_PROTECT;
    return result;
}

void sidetone_screen_put(int y, int x, const uint32_t *scalars, unsigned attributes, int pair) {
    wchar_t text[4] = {0};
    for (int i = 0; i < 3 && scalars[i]; i++) text[i] = (wchar_t)scalars[i];
    cchar_t cell;
    if (setcchar(&cell, text, curses_attributes(attributes), 0, &pair) == OK) mvadd_wch(y, x, &cell);
}

void sidetone_screen_cursor(bool visible, int y, int x) {
    curs_set(visible ? 1 : 0);
    if (visible) move(y, x);
}

void sidetone_screen_update(void) {
    wnoutrefresh(stdscr);
    doupdate();
}

void sidetone_screen_invalidate(void) { clearok(curscr, TRUE); }

void sidetone_screen_resize(int rows, int cols) {
    resizeterm(rows, cols);
    werase(stdscr);
    clearok(curscr, TRUE);
}

int sidetone_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool sidetone_set_locale(void) {
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    bool any = false;
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) any = true;
    }
    // Only the character type: numbers must keep their point.
    if (!setlocale(LC_CTYPE, any ? "" : "C.UTF-8")) setlocale(LC_CTYPE, "C.UTF-8");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
