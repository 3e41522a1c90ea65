#include "CSpeech.h"
#include <pocketsphinx.h>
