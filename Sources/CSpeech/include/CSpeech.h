#pragma once
#include <stdint.h>
#include <stddef.h>

// pocketsphinx (recognition) and flite (synthesis) without what Swift cannot import: variadic calls, nested structs,
// global voices. Nothing here is thread-safe by itself: one recogniser belongs to one thread, and only one thread may
// synthesise at a time (flite keeps state of its own).

#ifdef __cplusplus
extern "C" {
#endif

/// One decoder with three searches over the same acoustic model: dictation, a grammar, one keyphrase.
typedef struct cspeech_recognizer cspeech_recognizer;

/// Loads acoustic model, dictionary and language model from `directory` (Debian: /usr/share/pocketsphinx/model/en-us).
/// NULL when a file is missing or broken.
cspeech_recognizer *cspeech_recognizer_open(const char *directory);
void cspeech_recognizer_close(cspeech_recognizer *r);

/// Sets the grammar (JSGF text). 0, or -1 when it does not compile (a word without pronunciation counts).
int cspeech_recognizer_set_grammar(cspeech_recognizer *r, const char *jsgf);
/// Sets the phrase of the keyphrase search and its detection threshold as a power of ten (-20 means 1e-20).
int cspeech_recognizer_set_keyphrase(cspeech_recognizer *r, const char *phrase, double threshold_exponent);
/// Keeps a transform of the acoustic model (sphinx MLLR text) under slot 0 or 1; 0 on success.
int cspeech_recognizer_load_transform(cspeech_recognizer *r, int slot, const char *text);
/// Adds a word with its phones ("S AY D T OW N"), for all searches set afterwards; 0 on success.
int cspeech_recognizer_add_word(cspeech_recognizer *r, const char *word, const char *phones);
/// Puts a loaded transform into use. 0 on success.
int cspeech_recognizer_use_transform(cspeech_recognizer *r, int slot);
/// The number of phones of a word (lower case) by the dictionary; 0 when it is not in it.
int cspeech_phones(cspeech_recognizer *r, const char *word);

/// Names the calling thread (at most 15 bytes) and lowers its priority by `nice` steps, so that decoding never takes the
/// processor from audio.
void cspeech_enter_thread(const char *name, int nice);

enum { CSPEECH_DICTATION = 0, CSPEECH_GRAMMAR = 1, CSPEECH_KEYPHRASE = 2 };

/// What a pass heard.
typedef struct {
    /// How well the sound fits the best path, summed over its words; grows (downwards) with length. Comparable between
    /// searches over the same sound.
    int32_t acoustic;
    /// Frames of 10 ms that were decoded.
    int32_t frames;
} cspeech_outcome;

/// Decodes a whole utterance, PCM16 mono 16 kHz, means normalised over the utterance. The text lives until the next call;
/// NULL when nothing was heard.
const char *cspeech_recognizer_decode(
    cspeech_recognizer *r, int search, const int16_t *pcm, size_t count, cspeech_outcome *outcome);

/// The words of the last pass with the pronunciation heard ("a(2)"), without noises; the text lives until the next call.
const char *cspeech_recognizer_variants(cspeech_recognizer *r);

/// Live decoding: begin, feed as it comes, look at the text so far, end. Between begin and end no other pass may run.
int cspeech_recognizer_begin(cspeech_recognizer *r);
int cspeech_recognizer_feed(cspeech_recognizer *r, const int16_t *pcm, size_t count);
const char *cspeech_recognizer_partial(cspeech_recognizer *r);
void cspeech_recognizer_abandon(cspeech_recognizer *r);

/// Receives synthesised PCM; returns 0 to go on, anything else to stop.
typedef int (*cspeech_pcm_callback)(void *context, const int16_t *pcm, size_t count);

/// Says `text` (UTF-8, ASCII is best) with voice 0 (slt) or 1 (rms), 16 kHz mono, in pieces of about `piece` samples as
/// they are made. Returns the samples made, or -1 when the voice failed.
long cspeech_say(const char *text, int voice, int piece, cspeech_pcm_callback callback, void *context);

#ifdef __cplusplus
}
#endif
