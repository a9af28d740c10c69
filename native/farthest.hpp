// The k farthest of some points from each query: every distance is computed, k are kept.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "exact.hpp"
#include "threads.hpp"

namespace counterpoise {

// Writes the distances to the k farthest points, ascending.
inline void find_farthest(const Points& table, const Prices& prices, const std::int64_t* points,
                          std::size_t n_points, const std::int64_t* queries,
                          std::size_t n_queries, std::size_t k, double* distances, Crew& crew) {
    constexpr std::size_t kShare = 64;
    Blocks64 blocks(table, prices);
    for (std::size_t i = 0; i < n_points; ++i) blocks.append(points[i]);
    crew.share((n_queries + kShare - 1) / kShare, [&](std::size_t run, std::size_t worker) {
        Cells64 cells(table);
        double squared[kCellSize];
        for (std::size_t q = run * kShare; q < std::min(n_queries, (run + 1) * kShare); ++q) {
            crew.pulse(worker);
            cells.load(table, queries[q]);
            double* const heap = distances + q * k;  // the nearest of the farthest on top
            for (std::size_t i = 0; i < n_points; ++i) {
                if (i % kCellSize == 0)
                    blocks.compare(best_kernels(), cells.values.data(), cells.codes.data(),
                                   i / kCellSize, squared);
                const double distance = squared[i % kCellSize];
                if (i < k) {
                    heap[i] = distance;
                    std::push_heap(heap, heap + i + 1, std::greater<>());
                } else if (distance > heap[0]) {
                    std::pop_heap(heap, heap + k, std::greater<>());
                    heap[k - 1] = distance;
                    std::push_heap(heap, heap + k, std::greater<>());
                }
            }
            std::sort(heap, heap + k);
            for (std::size_t i = 0; i < k; ++i) heap[i] = std::sqrt(heap[i]);
        }
    });
}

}  // namespace counterpoise
