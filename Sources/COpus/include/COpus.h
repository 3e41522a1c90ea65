#pragma once
#include <opus/opus.h>

// The settings of an encoder go through variadic functions, which Swift cannot call.
struct OggOpusEnc;
int copus_set_bitrate(struct OggOpusEnc *encoder, int bits_per_second);
int copus_set_complexity(struct OggOpusEnc *encoder, int complexity);
int copus_set_voice(struct OggOpusEnc *encoder);
int copus_set_muxing_delay(struct OggOpusEnc *encoder, int samples48k);
