// Chooses the widest instruction set that this processor has, or a narrower one by name.
#include <cstdlib>
#include <cstring>

#include "kernels.hpp"

namespace counterpoise {

namespace baseline { extern const Kernels kernels; }
#if defined(COUNTERPOISE_X86)
namespace avx2 { extern const Kernels kernels; }
namespace avx512 { extern const Kernels kernels; }
#endif

static const Kernels& choose() {
#if defined(COUNTERPOISE_X86)
    __builtin_cpu_init();
    const char* most = std::getenv("COUNTERPOISE_INSTRUCTION_SET");
    const auto allowed = [most](const char* name) {
        return !most || !*most || std::strcmp(most, name) == 0 ||
               (std::strcmp(most, "avx512") == 0 && std::strcmp(name, "avx2") == 0);
    };
    if (allowed("avx512") && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw"))
        return avx512::kernels;
    if (allowed("avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return avx2::kernels;
#endif
    return baseline::kernels;
}

const Kernels& best_kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

}  // namespace counterpoise
