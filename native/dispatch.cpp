// Selects the kernels for the widest instruction set that this processor supports. The environment
// variable COUNTERPOISE_INSTRUCTION_SET sets an upper limit.
#include <cstdlib>
#include <cstring>
#include <utility>
#if defined(COUNTERPOISE_AMX)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "kernels.hpp"

namespace counterpoise {

namespace baseline { extern const Kernels kernels; }
#if defined(COUNTERPOISE_X86)
namespace avx2 { extern const Kernels kernels; }
namespace avx512 { extern const Kernels kernels; }
namespace avx512vnni { extern const Kernels kernels; }
#if defined(COUNTERPOISE_AMX)
namespace amx { extern const Kernels kernels; }
#endif
#endif

#if defined(COUNTERPOISE_AMX)
// The matrix unit has registers that Linux saves only for processes that request it.
static bool can_use_amx() {
    constexpr long kRequestPermission = 0x1023, kTileData = 18;
    return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-int8") &&
           syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

static const Kernels& select_kernels() {
#if defined(COUNTERPOISE_X86)
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool has_avx512 =
        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    const bool has_vnni = has_avx512 && __builtin_cpu_supports("avx512vnni");
    const std::pair<const Kernels*, bool> sets[] = {
#if defined(COUNTERPOISE_AMX)
        {&amx::kernels, has_vnni && can_use_amx()},
#endif
        {&avx512vnni::kernels, has_vnni},
        {&avx512::kernels, has_avx512},
        {&avx2::kernels, has_avx2}};
    const char* widest = std::getenv("COUNTERPOISE_INSTRUCTION_SET");
    bool is_allowed = !widest || !*widest;
    for (const auto& [kernels, is_supported] : sets) {
        is_allowed = is_allowed || std::strcmp(widest, kernels->name) == 0;
        if (is_allowed && is_supported) return *kernels;
    }
#endif
    return baseline::kernels;
}

const Kernels& best_kernels() {
    static const Kernels& selected = select_kernels();
    return selected;
}

}  // namespace counterpoise
