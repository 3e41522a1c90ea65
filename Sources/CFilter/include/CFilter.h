#pragma once
#include <stddef.h>
#include <stdint.h>

/// One cycle of a rational resampler: `outputs` results for every `inputs` samples. Result i of a cycle is the dot
/// product of `taps` samples starting at `offset[i]` with row i of `coefficients`. `taps` is a multiple of 8.
typedef struct cfilter_cycle {
    const float *coefficients;
    const int32_t *offset;
    int32_t outputs;
    int32_t inputs;
    int32_t taps;
} cfilter_cycle;

/// Writes `count` results to `out`, starting with result `first` of the cycle whose input begins at `x`.
/// `x` must be readable up to the last offset of the last cycle plus `taps`.
void cfilter_run(const cfilter_cycle *cycle, const float *x, int32_t first, float *out, size_t count);

/// 16-bit samples to floats of the same value, and back: rounded to the nearest, clipped.
void cfilter_from_int16(const int16_t *in, float *out, size_t count);
void cfilter_to_int16(const float *in, int16_t *out, size_t count);
