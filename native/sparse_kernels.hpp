// Products of sparse queries with a block of sparse points.
#pragma once

#include "simd.hpp"

namespace counterpoise::COUNTERPOISE_SET {

// Adds value * weights to the products of each point of the block that has a value in a column.
static inline std::uint64_t add_products(const SparseBlock& block, int column, std::uint64_t at) {
    constexpr int kVectors = kSparseQueries / kLanes;
    const std::uint64_t end = block.ends[column];
    const std::uint32_t last = block.first + static_cast<std::uint32_t>(block.count);
    Vec weights[kVectors];
    for (int v = 0; v < kVectors; ++v)
        weights[v] = load(block.weights + column * kSparseQueries + v * kLanes);
    for (; at < end && block.entries[at].point < last; ++at) {
        float* products = block.products + (block.entries[at].point - block.first) * kSparseQueries;
        const Vec value = broadcast(block.entries[at].value);
        for (int v = 0; v < kVectors; ++v)
            store(products + v * kLanes, load(products + v * kLanes) + value * weights[v]);
    }
    return at;
}

static void multiply_sparse(const SparseBlock& block) {
    for (int i = 0; i < block.count * kSparseQueries; i += kLanes) store(block.products + i, Vec{});
    constexpr int kAhead = 8;  // columns whose entries are on their way from memory
    for (int column = 0; column < block.n_columns; ++column) {
        if (column + kAhead < block.n_columns)
            __builtin_prefetch(block.entries + block.next[column + kAhead]);
        block.next[column] = add_products(block, column, block.next[column]);
    }
}

static int find_sparse(const SparseBlock& block, std::uint16_t* found) {
    int n_found = 0;
    for (int point = 0; point < block.count; ++point) {
        const Vec norm = broadcast(block.norms[point]);
        for (int lane = 0; lane < kSparseQueries; lane += kLanes) {
            const int at = point * kSparseQueries + lane;
            const Vec sum = (norm + load(block.query_norms + lane)) * load(block.shrink + lane);
            const Vec lower = sum - 2 * load(block.products + at);
            for (std::uint32_t near = at_most(lower, load(block.limits + lane)); near;
                 near &= near - 1)
                found[n_found++] = static_cast<std::uint16_t>(at + __builtin_ctz(near));
        }
    }
    return n_found;
}

}  // namespace counterpoise::COUNTERPOISE_SET
