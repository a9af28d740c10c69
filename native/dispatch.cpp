// Chooses the widest instruction set that this processor has, or a narrower one by name.
#include <cstdlib>
#include <cstring>
#include <utility>

#include "kernels.hpp"

namespace counterpoise {

namespace baseline { extern const Kernels kernels; }
#if defined(COUNTERPOISE_X86)
namespace avx2 { extern const Kernels kernels; }
namespace avx512 { extern const Kernels kernels; }
namespace avx512vnni { extern const Kernels kernels; }
#endif

static const Kernels& choose() {
#if defined(COUNTERPOISE_X86)
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    const std::pair<const Kernels*, bool> sets[] = {
        {&avx512vnni::kernels, has_avx512 && __builtin_cpu_supports("avx512vnni")},
        {&avx512::kernels, has_avx512},
        {&avx2::kernels, has_avx2}};
    const char* most = std::getenv("COUNTERPOISE_INSTRUCTION_SET");
    bool is_allowed = !most || !*most;
    for (const auto& [kernels, is_there] : sets) {
        is_allowed = is_allowed || std::strcmp(most, kernels->name) == 0;
        if (is_allowed && is_there) return *kernels;
    }
#endif
    return baseline::kernels;
}

const Kernels& best_kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

}  // namespace counterpoise
