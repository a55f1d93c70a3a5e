// C++17: what khop hands out is owned by std::unique_ptr, and a status that is not KHOP_OK becomes an exception.
#include <khop/khop.h>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

template <auto release> struct releases {
  template <class T> void operator()(T *pointer) const { release(pointer); }
};
using Graph = std::unique_ptr<khop_graph, releases<khop_graph_free>>;
using Rings = std::unique_ptr<khop_rings, releases<khop_rings_free>>;
using Taps = std::unique_ptr<khop_taps, releases<khop_taps_free>>;

static void check(khop_status status) {
  if (status != KHOP_OK) throw std::runtime_error(khop_message());
}

int main() try {
  const int64_t shape[] = {4, 4};
  const int hops[] = {0, 1, 2};
  khop_graph *graph = nullptr;
  khop_rings *rings = nullptr;
  khop_taps *taps = nullptr;
  check(khop_graph_grid(&graph, 2, shape, nullptr, false, false));
  Graph owns_graph(graph);
  check(khop_rings_build(&rings, graph, 3, hops, nullptr));
  Rings owns_rings(rings);
  check(khop_taps_new(&taps, rings, 3, hops, KHOP_NORM_NONE, false));
  Taps owns_taps(taps);
  std::vector<khop_real> x(16), y(16), weights(3, 1);
  for (int i = 0; i < 16; i++) x[i] = static_cast<khop_real>(i);
  check(khop_conv_forward(y.data(), taps, x.data(), weights.data(), nullptr, 1, 1, 0));
  const int bytes = sizeof(khop_real);
  std::printf("%d bytes a number: the corner sums to %g\n", bytes, static_cast<double>(y[0]));
  return y[0] == 20 ? 0 : 1; // 0 + (1 + 4) + (2 + 5 + 8)
} catch (const std::exception &error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
