#include "COpus.h"
#include <opusenc.h>

int copus_set_bitrate(struct OggOpusEnc *encoder, int bits_per_second) {
    return ope_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
}

int copus_set_complexity(struct OggOpusEnc *encoder, int complexity) {
    return ope_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}

int copus_set_voice(struct OggOpusEnc *encoder) {
    return ope_encoder_ctl(encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
}

int copus_set_muxing_delay(struct OggOpusEnc *encoder, int samples48k) {
    return ope_encoder_ctl(encoder, OPE_SET_MUXING_DELAY(samples48k));
}
