// C++17: what khop hands out is owned by handles, and a status that is not KHOP_OK becomes an exception (khop/khop.hpp).
#include <khop/khop.hpp>
#include <cstdio>
#include <string>
#include <vector>

static khop::rings rings_of(const khop_graph *graph, const std::vector<int> &hops) {
  khop::rings rings;
  auto options = khop::sized<khop_rings_options>();
  options.form = KHOP_STORED;
  khop::check(khop_rings_build(&rings, graph, static_cast<int>(hops.size()), hops.data(), &options));
  return rings;
}

// A refusal frees what was made before it, and says why.
static bool refuses(const khop_graph *graph) try {
  rings_of(graph, {0, -3});
  return false;
} catch (const khop::error &error) {
  return error.status() == KHOP_E_ARGUMENT && std::string(error.what()).find("a hop of -3") == 0;
}

int main() try {
  const int64_t shape[] = {4, 4};
  const std::vector<int> hops = {0, 1, 2};
  khop::graph graph, other;
  khop::check(khop_graph_grid(&graph, 2, shape, nullptr, false, false));
  khop::check(khop_graph_grid(&other, 2, shape, nullptr, true, false));
  khop::check(khop_graph_grid(&other, 2, shape, nullptr, false, false)); // the one before is freed
  graph = std::move(other);
  khop::rings rings = rings_of(graph, hops);
  khop::taps taps;
  khop::check(khop_taps_new(&taps, rings, 3, hops.data(), KHOP_NORM_NONE, false));
  std::vector<khop_real> x(16), y(16), weights(3, 1);
  for (std::size_t i = 0; i < x.size(); i++) x[i] = static_cast<khop_real>(i);
  khop::check(khop_conv_forward(y.data(), taps, x.data(), weights.data(), nullptr, 1, 1, 0));
  if (other || !refuses(graph)) return 1;
  khop::data data;
  khop::check(khop_data_new(&data, graph, nullptr, nullptr));
  graph.take(); // it is the data's now
  if (khop_bytes_now() == 0) return 1;
  data.reset(), taps.reset(), rings.reset();
  if (khop_bytes_now() != 0) return 1;
  const int bytes = sizeof(khop_real);
  std::printf("%d bytes a number: the corner sums to %g\n", bytes, static_cast<double>(y[0]));
  return y[0] == 20 ? 0 : 1; // 0 + (1 + 4) + (2 + 5 + 8)
} catch (const khop::error &error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
