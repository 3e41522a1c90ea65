// Our own terminal descriptions. Made with tic(1) from the source below; `infocmp -x -Q2` prints this form.
// They are used for every xterm-like terminal, so that 24-bit colour and struck text work with any terminfo database,
// also with none. Struck text rides on the protected attribute, which curses has and nobody uses. Without smam and rmam
// curses would leave the last cell of the screen blank.
/*
sidetone-direct|24-bit colour on any xterm-like terminal,
	am, bce@, mir, msgr, xenl, RGB,
	colors#0x1000000, pairs#0x10000, cols#80, lines#24, it#8,
	bold=\E[1m, dim=\E[2m, sitm=\E[3m, ritm=\E[23m, smul=\E[4m, rmul=\E[24m, rev=\E[7m, prot=\E[9m,
	sgr0=\E[0m,
	sgr=\E[0%?%p1%p3%|%t;7%;%?%p2%t;4%;%?%p5%t;2%;%?%p6%t;1%;%?%p8%t;9%;m,
	clear=\E[H\E[2J, cup=\E[%i%p1%d;%p2%dH, home=\E[H, el=\E[K, el1=\E[1K, ed=\E[J,
	cr=\r, cub1=^H, cuf1=\E[C, cud1=\n, cuu1=\E[A, cuf=\E[%p1%dC, cub=\E[%p1%dD, cuu=\E[%p1%dA, cud=\E[%p1%dB,
	hpa=\E[%i%p1%dG, vpa=\E[%i%p1%dd, ech=\E[%p1%dX,
	smam=\E[?7h, rmam=\E[?7l,
	civis=\E[?25l, cnorm=\E[?25h, smcup=\E[?1049h, rmcup=\E[?1049l, bel=^G,
	op=\E[39;49m,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
sidetone-256|256 colours on any xterm-like terminal,
	RGB@, colors#0x100,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m,
	use=sidetone-direct,
*/
#include "CNcurses.h"

const char *const sidetone_entry_direct =
    "b64:HgI5AA8ADwBpAcgBc2lkZXRvbmUtZGlyZWN0fDI0LWJpdCBjb2xvdXIgb24gYW55IHh0ZXJtLWxpa2UgdGVybWluYWwAAAEAAAEAAAAAAA"
    "AAAAEBUAAAAAgAAAAYAAAA_____________________________________________________wAAAAEAAAEA__8AAAIA_____wQADAAQABQA"
    "__8fADAAMgA2AD0A__8_AEYA__9KAP__________________TgBTAP__XAD_____YQBmAP__awBwAP__eQB-AP_______4cA______________"
    "______________________________________________________________________________________________________________"
    "_________________________________________40A________lgCfAP__qAD_______________________________-xAP_______7wA__"
    "_________________________________________________9AAMB________________________________________________________"
    "______________________________________________________________________________________________________________"
    "______________________________________________________________________________________________________________"
    "_________________________________wkB________________________________________________________________________Dg"
    "H__________________________________xcB________________________HAH_____________________________________________"
    "_____________________________________________________yIBdQEHAA0AG1tIG1sySgAbW0sAG1tKABtbJWklcDElZEcAG1slaSVwMS"
    "VkOyVwMiVkSAAKABtbSAAbWz8yNWwACAAbWz8yNWgAG1tDABtbQQAbWzFtABtbPzEwNDloABtbMm0AG1s5bQAbWzdtABtbNG0AG1slcDElZFgA"
    "G1swbQAbWz8xMDQ5bAAbWzI0bQAbWyVwMSVkQgAbWyVwMSVkRAAbWyVwMSVkQwAbWyVwMSVkQQAbWyVpJXAxJWRkABtbMCU_JXAxJXAzJXwldD"
    "s3JTslPyVwMiV0OzQlOyU_JXA1JXQ7MiU7JT8lcDYldDsxJTslPyVwOCV0OzklO20AG1s_N2gAG1s_N2wAG1sxSwAbWzM5OzQ5bQAbWzNtABtb"
    "MjNtABtbJT8lcDElezh9JTwldDMlcDElZCVlMzg7MjslcDElezY1NTM2fSUvJWQ7JXAxJXsyNTZ9JS8lezI1NX0lJiVkOyVwMSV7MjU1fSUmJW"
    "QlO20AG1slPyVwMSV7OH0lPCV0NCVwMSVkJWU0ODsyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7MjU1fSUmJWQ7JXAxJXsyNTV9JSYl"
    "ZCU7bQABAAAAAAABAAQAAQAAAFJHQgA=";

const char *const sidetone_entry_indexed =
    "b64:HgI0AA8ADwBpAaEBc2lkZXRvbmUtMjU2fDI1NiBjb2xvdXJzIG9uIGFueSB4dGVybS1saWtlIHRlcm1pbmFsAAABAAABAAAAAAAAAAABAQ"
    "BQAAAACAAAABgAAAD_____________________________________________________AAEAAAAAAQD__wAAAgD_____BAAMABAAFAD__x8A"
    "MAAyADYAPQD__z8ARgD__0oA__________________9OAFMA__9cAP____9hAGYA__9rAHAA__95AH4A________hwD___________________"
    "______________________________________________________________________________________________________________"
    "____________________________________jQD_______-WAJ8A__-oAP_______________________________7EA________vAD_______"
    "____________________________________________0AAwH_____________________________________________________________"
    "______________________________________________________________________________________________________________"
    "______________________________________________________________________________________________________________"
    "____________________________CQH_______________________________________________________________________8OAf____"
    "______________________________FwH_______________________8cAf__________________________________________________"
    "________________________________________________IgFhAQcADQAbW0gbWzJKABtbSwAbW0oAG1slaSVwMSVkRwAbWyVpJXAxJWQ7JX"
    "AyJWRIAAoAG1tIABtbPzI1bAAIABtbPzI1aAAbW0MAG1tBABtbMW0AG1s_MTA0OWgAG1sybQAbWzltABtbN20AG1s0bQAbWyVwMSVkWAAbWzBt"
    "ABtbPzEwNDlsABtbMjRtABtbJXAxJWRCABtbJXAxJWREABtbJXAxJWRDABtbJXAxJWRBABtbJWklcDElZGQAG1swJT8lcDElcDMlfCV0OzclOy"
    "U_JXAyJXQ7NCU7JT8lcDUldDsyJTslPyVwNiV0OzElOyU_JXA4JXQ7OSU7bQAbWz83aAAbWz83bAAbWzFLABtbMzk7NDltABtbM20AG1syM20A"
    "G1slPyVwMSV7OH0lPCV0MyVwMSVkJWUlcDElezE2fSU8JXQ5JXAxJXs4fSUtJWQlZTM4OzU7JXAxJWQlO20AG1slPyVwMSV7OH0lPCV0NCVwMS"
    "VkJWUlcDElezE2fSU8JXQxMCVwMSV7OH0lLSVkJWU0ODs1OyVwMSVkJTttAAABAAAAAAABAAQAAQAAAFJHQgA=";
