// Why C: the multiply-add loop of the resampler is the dearest arithmetic of a frame, and C can hold one build of it
// for each generation of the processor in a single binary (target_clones); the loader picks the best.
#include "CFilter.h"

// The helpers below never exist as calls, so how a vector would be passed to them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

// The loader picks a build before a sanitiser has started, so a sanitised binary has only the plain one.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITISED 1
#endif
#endif

#if defined(__x86_64__) && !defined(IS_SANITISED)
#define WITH_FMA __attribute__((target_clones("fma", "default")))
#define WITH_AVX2 __attribute__((target_clones("avx2", "default")))
#else
#define WITH_FMA
#define WITH_AVX2
#endif

typedef float lanes __attribute__((vector_size(32)));
typedef float lanes_unaligned __attribute__((vector_size(32), aligned(4)));
enum { LANES = 8, BLOCK = LANES };

static inline __attribute__((always_inline)) lanes load(const float *p) { return *(const lanes_unaligned *)p; }

/// Adds in the order of `sums`: however the input is cut, a sample is the same to the last bit.
static inline __attribute__((always_inline)) float sum(lanes v) {
    return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

static inline __attribute__((always_inline)) float dot(const float *x, const float *h, int32_t taps) {
    lanes a = {0};
    for (int32_t k = 0; k < taps; k += LANES) a += load(x + k) * load(h + k);
    return sum(a);
}

#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)

/// The sums of eight vectors as one: result j is the sum of a[j].
static inline __attribute__((always_inline)) lanes sums(const lanes a[LANES]) {
    const lanes ab = EVEN(a[0], a[1]) + ODD(a[0], a[1]), cd = EVEN(a[2], a[3]) + ODD(a[2], a[3]);
    const lanes ef = EVEN(a[4], a[5]) + ODD(a[4], a[5]), gh = EVEN(a[6], a[7]) + ODD(a[6], a[7]);
    const lanes front = LOW(ab, cd) + HIGH(ab, cd), back = LOW(ef, gh) + HIGH(ef, gh);
    return __builtin_shufflevector(front, back, 0, 1, 2, 3, 8, 9, 10, 11)
        + __builtin_shufflevector(front, back, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// Eight cycles at once: a row of coefficients is loaded once for eight results, and eight independent sums keep the
/// multiply-add units busy over their latency.
static inline __attribute__((always_inline)) void block(const cfilter_cycle *c, const float *x, float *out) {
    const int32_t step = c->inputs, width = c->outputs, taps = c->taps;
    for (int32_t i = 0; i < width; i++) {
        const float *h = c->coefficients + (size_t)i * taps, *p = x + c->offset[i];
        lanes a[LANES] = {{0}};
        for (int32_t k = 0; k < taps; k += LANES) {
            const lanes w = load(h + k);
#pragma clang loop unroll(full)
            for (int32_t j = 0; j < LANES; j++) a[j] += w * load(p + j * step + k);
        }
        const lanes result = sums(a);
        for (int32_t j = 0; j < LANES; j++) out[i + j * width] = result[j];
    }
}

WITH_FMA void cfilter_run(const cfilter_cycle *c, const float *x, int32_t first, float *out, size_t count) {
    int32_t i = first;
    size_t done = 0;
    while (done < count) {
        if (i == 0 && count - done >= (size_t)BLOCK * c->outputs) {
            block(c, x, out + done);
            x += BLOCK * c->inputs;
            done += (size_t)BLOCK * c->outputs;
            continue;
        }
        out[done++] = dot(x + c->offset[i], c->coefficients + (size_t)i * c->taps, c->taps);
        if (++i == c->outputs) {
            i = 0;
            x += c->inputs;
        }
    }
}

WITH_AVX2 void cfilter_from_int16(const int16_t *in, float *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (float)in[i];
}

WITH_AVX2 void cfilter_to_int16(const float *in, int16_t *out, size_t count) {
    // Adding 1.5 * 2^23 leaves the value, rounded to nearest, in the low bits: no call of lrintf, so this vectorises.
    const float magic = 12582912.0f;
    for (size_t i = 0; i < count; i++) {
        float v = in[i];
        v = v > 32767.0f ? 32767.0f : v;
        v = v < -32768.0f ? -32768.0f : v;
        union { float f; int32_t i; } u = {.f = v + magic};
        out[i] = (int16_t)(u.i - 0x4B400000);
    }
}
