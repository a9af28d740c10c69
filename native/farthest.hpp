// Distances to the k farthest points by brute force: a heap keeps the k largest of all distances.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "point_blocks.hpp"
#include "threads.hpp"

namespace counterpoise {

// Writes the distances from each query to its k farthest points, ascending.
inline void find_farthest(const Points& table, const Penalties& penalties,
                          const std::int64_t* points, std::size_t n_points,
                          const std::int64_t* queries, std::size_t n_queries, std::size_t k,
                          double* distances, Workers& workers) {
    constexpr std::size_t kBatch = 64;
    PointBlocks64 blocks(table, penalties);
    for (std::size_t i = 0; i < n_points; ++i) blocks.append(points[i]);
    const std::size_t n_batches = (n_queries + kBatch - 1) / kBatch;
    workers.parallel_for(n_batches, [&](std::size_t batch, std::size_t worker) {
        Point64 query(table);
        double squared[kLeafSize];
        for (std::size_t q = batch * kBatch; q < std::min(n_queries, (batch + 1) * kBatch); ++q) {
            workers.check_interrupt(worker);
            query.load(table, queries[q]);
            double* const heap = distances + q * k;  // the smallest of the k largest on top
            for (std::size_t i = 0; i < n_points; ++i) {
                if (i % kLeafSize == 0)
                    blocks.compare(best_kernels(), query.values.data(), query.codes.data(),
                                   i / kLeafSize, squared);
                const double distance = squared[i % kLeafSize];
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
