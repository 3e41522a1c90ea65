#define _GNU_SOURCE
#include "CSpeech.h"
#include <flite/flite.h>
#include <math.h>
#include <pocketsphinx.h>
#include <pthread.h>
#include <sphinxbase/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);

struct cspeech_recognizer {
    ps_decoder_t *decoder;
    ps_mllr_t *transforms[2];
    int current_transform;
    char variants[1024];
};

static const char *const searches[] = {"dictation", "grammar", "keyphrase"};

cspeech_recognizer *cspeech_recognizer_open(const char *directory) {
    char hmm[1024], dict[1024], lm[1024];
    snprintf(hmm, sizeof hmm, "%s/en-us", directory);
    snprintf(dict, sizeof dict, "%s/cmudict-en-us.dict", directory);
    snprintf(lm, sizeof lm, "%s/en-us.lm.bin", directory);
    err_set_logfp(NULL);
    cmd_ln_t *config = cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", hmm, "-dict", dict, "-logfn", "/dev/null", "-samprate", "16000.0", NULL);
    if (!config) return NULL;
    ps_decoder_t *decoder = ps_init(config);
    cmd_ln_free_r(config);
    if (!decoder) return NULL;
    if (ps_set_lm_file(decoder, searches[CSPEECH_DICTATION], lm) != 0) {
        ps_free(decoder);
        return NULL;
    }
    cspeech_recognizer *r = calloc(1, sizeof *r);
    if (!r) {
        ps_free(decoder);
        return NULL;
    }
    r->decoder = decoder;
    r->current_transform = -1;
    return r;
}

void cspeech_recognizer_close(cspeech_recognizer *r) {
    if (!r) return;
    ps_free(r->decoder);
    for (int i = 0; i < 2; i++)
        if (r->transforms[i]) ps_mllr_free(r->transforms[i]);
    free(r);
}

int cspeech_recognizer_set_grammar(cspeech_recognizer *r, const char *jsgf) {
    return ps_set_jsgf_string(r->decoder, searches[CSPEECH_GRAMMAR], jsgf) == 0 ? 0 : -1;
}

int cspeech_recognizer_set_keyphrase(cspeech_recognizer *r, const char *phrase, double threshold_exponent) {
    cmd_ln_set_float_r(ps_get_config(r->decoder), "-kws_threshold", pow(10, threshold_exponent));
    return ps_set_keyphrase(r->decoder, searches[CSPEECH_KEYPHRASE], phrase) == 0 ? 0 : -1;
}

int cspeech_recognizer_load_transform(cspeech_recognizer *r, int slot, const char *text) {
    if (slot < 0 || slot > 1) return -1;
    // The decoder reads transforms from files only: an unnamed one in memory serves.
    int file = memfd_create("transform", MFD_CLOEXEC);
    if (file < 0) return -1;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    size_t length = strlen(text);
    ps_mllr_t *transform = write(file, text, length) == (ssize_t)length ? ps_mllr_read(path) : NULL;
    close(file);
    if (!transform) return -1;
    if (r->transforms[slot]) ps_mllr_free(r->transforms[slot]);
    r->transforms[slot] = transform;
    return 0;
}

int cspeech_recognizer_use_transform(cspeech_recognizer *r, int slot) {
    if (slot < 0 || slot > 1 || !r->transforms[slot]) return -1;
    if (r->current_transform == slot) return 0;
    // The decoder takes over one reference and frees it at the next change.
    if (!ps_update_mllr(r->decoder, ps_mllr_retain(r->transforms[slot]))) return -1;
    r->current_transform = slot;
    return 0;
}

int cspeech_phones(cspeech_recognizer *r, const char *word) {
    char *phones = ps_lookup_word(r->decoder, word);
    if (!phones) return 0;
    int count = 1;
    for (const char *p = phones; *p; p++) count += *p == ' ';
    ckd_free(phones);
    return count;
}

int cspeech_recognizer_add_word(cspeech_recognizer *r, const char *word, const char *phones) {
    return ps_add_word(r->decoder, word, phones, FALSE) >= 0 ? 0 : -1;
}

void cspeech_enter_thread(const char *name, int nice) {
    pthread_setname_np(pthread_self(), name);
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice);
}

/// Walks the best path: its acoustic score, and its words where `words` is wanted.
static void read_path(cspeech_recognizer *r, int words, cspeech_outcome *outcome) {
    int32 acoustic = 0, language = 0, backoff = 0, sum = 0;
    size_t length = 0;
    if (words) r->variants[0] = 0;
    for (ps_seg_t *s = ps_seg_iter(r->decoder); s; s = ps_seg_next(s)) {
        ps_seg_prob(s, &acoustic, &language, &backoff);
        sum += acoustic;
        const char *word = ps_seg_word(s);
        if (!words || !word || strchr("<[(+", word[0])) continue;
        int added = snprintf(r->variants + length, sizeof r->variants - length, "%s%s", length ? " " : "", word);
        if (added < 0 || (size_t)added >= sizeof r->variants - length) continue;
        length += (size_t)added;
    }
    if (outcome) {
        outcome->acoustic = sum;
        outcome->frames = ps_get_n_frames(r->decoder);
    }
}

const char *cspeech_recognizer_decode(
    cspeech_recognizer *r, int search, const int16_t *pcm, size_t count, cspeech_outcome *outcome) {
    if (search < 0 || search > 2 || ps_set_search(r->decoder, searches[search]) != 0) return NULL;
    ps_start_stream(r->decoder);
    if (ps_start_utt(r->decoder) != 0) return NULL;
    ps_process_raw(r->decoder, pcm, count, FALSE, TRUE);
    ps_end_utt(r->decoder);
    read_path(r, search == CSPEECH_GRAMMAR, outcome);
    int32 score = 0;
    return ps_get_hyp(r->decoder, &score);
}

const char *cspeech_recognizer_variants(cspeech_recognizer *r) { return r->variants; }

int cspeech_recognizer_begin(cspeech_recognizer *r) {
    if (ps_set_search(r->decoder, searches[CSPEECH_DICTATION]) != 0) return -1;
    ps_start_stream(r->decoder);
    return ps_start_utt(r->decoder);
}

int cspeech_recognizer_feed(cspeech_recognizer *r, const int16_t *pcm, size_t count) {
    return ps_process_raw(r->decoder, pcm, count, FALSE, FALSE);
}

const char *cspeech_recognizer_partial(cspeech_recognizer *r) {
    int32 score = 0;
    return ps_get_hyp(r->decoder, &score);
}

void cspeech_recognizer_abandon(cspeech_recognizer *r) { ps_end_utt(r->decoder); }

struct sink {
    cspeech_pcm_callback callback;
    void *context;
};

static int stream_piece(const cst_wave *w, int start, int size, int last, cst_audio_streaming_info *info) {
    (void)last;
    struct sink *sink = info->userdata;
    return sink->callback(sink->context, w->samples + start, (size_t)size) == 0 ? CST_AUDIO_STREAM_CONT
                                                                              : CST_AUDIO_STREAM_STOP;
}

static cst_voice *voice_numbered(int number) {
    static cst_voice *voices[2];
    static int initialised = 0;
    if (!initialised) {
        flite_init();
        initialised = 1;
    }
    if (number != 1) number = 0;
    if (!voices[number]) voices[number] = number == 1 ? register_cmu_us_rms(NULL) : register_cmu_us_slt(NULL);
    return voices[number];
}

long cspeech_say(const char *text, int voice, int piece, cspeech_pcm_callback callback, void *context) {
    cst_voice *v = voice_numbered(voice);
    if (!v) return -1;
    struct sink sink = {callback, context};
    cst_audio_streaming_info *info = new_audio_streaming_info();
    if (!info) return -1;
    info->min_buffsize = piece;
    info->asc = stream_piece;
    info->userdata = &sink;
    // The voice owns the info from here on: setting the next one frees it.
    flite_feat_set(v->features, "streaming_info", audio_streaming_info_val(info));
    cst_wave *wave = flite_text_to_wave(text, v);
    long made = wave ? wave->num_samples : -1;
    if (wave) delete_wave(wave);
    flite_feat_remove(v->features, "streaming_info");
    return made;
}
