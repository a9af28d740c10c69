// Exact squared distances in float64. Compiled once for each instruction set, like kernels.cpp, but
// with -ffp-contract=off: a fused multiply-add rounds differently, and results must have the same
// bits on every machine.
#include "kernels.hpp"

namespace counterpoise::COUNTERPOISE_SET {

#if defined(__AVX512F__)
constexpr int kLanes = 8;
#elif defined(__AVX2__)
constexpr int kLanes = 4;
#else
constexpr int kLanes = 2;
#endif

typedef double Vec __attribute__((vector_size(kLanes * 8), aligned(8), may_alias));

static inline Vec load(const double* from) { return *reinterpret_cast<const Vec*>(from); }

void squared_distances(const PointBlock64& block, const double* values, const std::int32_t* codes,
                       double* out) {
    for (int at = 0; at < kLeafSize; at += kLanes) {
        Vec sum{};
        for (int f = 0; f < block.n_numeric; ++f) {
            const Vec step = values[f] - load(block.values + f * kLeafSize + at);
            const Vec square = step * step;
            sum += block.missing ? (step == step ? square : block.missing[f] + Vec{}) : square;
        }
        *reinterpret_cast<Vec*>(out + at) = sum;
    }
    for (int g = 0; g < block.n_categorical; ++g)
        for (int i = 0; i < kLeafSize; ++i)
            out[i] += block.codes[g * kLeafSize + i] != codes[g] ? block.mismatch[g] : 0.0;
}

}  // namespace counterpoise::COUNTERPOISE_SET
