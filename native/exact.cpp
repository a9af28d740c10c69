// Compiled once for each instruction set, as kernels.cpp, but without contraction of products and
// sums: every set gives the same bits.
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

void squared(const Block64& block, const double* values, const std::int32_t* codes, double* out) {
    for (int at = 0; at < kCellSize; at += kLanes) {
        Vec sum{};
        for (int f = 0; f < block.width; ++f) {
            const Vec step = values[f] - load(block.values + f * kCellSize + at);
            const Vec square = step * step;
            sum += block.penalties ? (step == step ? square : block.penalties[f] + Vec{}) : square;
        }
        *reinterpret_cast<Vec*>(out + at) = sum;
    }
    for (int g = 0; g < block.n_nominal; ++g)
        for (int i = 0; i < kCellSize; ++i)
            out[i] += block.codes[g * kCellSize + i] != codes[g] ? block.mismatch[g] : 0.0;
}

}  // namespace counterpoise::COUNTERPOISE_SET
