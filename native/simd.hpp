// Vectors of float32 for one instruction set, with the GCC vector extension.
//
// Included only by files that are compiled once for each instruction set, which COUNTERPOISE_SET
// names. Raw pointers only: the linker could use an inline library function that was compiled here
// with AVX-512 in code for older processors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace counterpoise::COUNTERPOISE_SET {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

constexpr double kUnit = 0x1p-24;  // unit roundoff of float32
constexpr double kTiny = 0x1p-54;  // more than the distance lost when squares underflow in float32
constexpr float kInfinity = __builtin_inff();

static inline Vec load(const float* from) { return *reinterpret_cast<const Vec*>(from); }
static inline void store(float* to, Vec value) { *reinterpret_cast<Vec*>(to) = value; }
static inline Vec broadcast(float value) { return value - Vec{}; }
static inline Bits load(const std::int32_t* from) { return *reinterpret_cast<const Bits*>(from); }
static inline Bits broadcast(std::int32_t value) { return value - Bits{}; }
static inline Vec smaller(Vec a, Vec b) { return a < b ? a : b; }
static inline Vec larger(Vec a, Vec b) { return a > b ? a : b; }  // b where a is NaN
static inline float larger(float a, float b) { return a > b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

// Sets the lanes to 0 in which `other` is NaN.
static inline Vec zero_missing(Vec value, Vec other) {
    return (Vec)((Bits)value & (other == other));
}

static inline float clip(double x) {
    return static_cast<float>(x > kFar ? kFar : x < -kFar ? -kFar : x);
}

// Returns a bit for each lane whose value is at most the limit; no bit for NaN.
static inline std::uint32_t at_most(Vec value, Vec limit) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)value, (__m512)limit, _CMP_LE_OQ);
#elif defined(__AVX2__)
    return static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_cmp_ps((__m256)value, (__m256)limit, _CMP_LE_OQ)));
#elif defined(__SSE2__)
    return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_cmple_ps((__m128)value, (__m128)limit)));
#else
    std::uint32_t bits = 0;
    for (int lane = 0; lane < kLanes; ++lane)
        bits |= std::uint32_t{value[lane] <= limit[lane]} << lane;
    return bits;
#endif
}

}  // namespace counterpoise::COUNTERPOISE_SET
