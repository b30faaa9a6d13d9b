// The peer: the network simplex of LEMON 1.3.1 on order -> volunteer -> sink with an "unserved" arc a order. Reads the binary file of generate.go and prints
// processor time of building and solving, without reading. Volunteers whom no order names are left out, as ours leaves them out.
#include <lemon/smart_graph.h>
#include <lemon/network_simplex.h>
#include <cstdio>
#include <ctime>
#include <vector>
typedef lemon::SmartDigraph G;
static double cpu() { timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }
int main(int, char** argv) {
  FILE* f = fopen(argv[1], "rb");
  if (!f) return 1;
  fseek(f, 0, SEEK_END);
  long size = ftell(f);
  rewind(f);
  std::vector<int> b(size / 4);
  if (fread(b.data(), 4, size / 4, f) != size_t(size / 4)) return 1;
  int n = b[1], m = b[2], e = b[3], *p = b.data() + 4;
  int* row = p; p += n + 1;
  int* vol = p; p += e;
  int* price = p; p += e;
  int* leave = p; p += n;
  int* first = p; p += m + 1;
  int* slot = p;
  double start = cpu();
  std::vector<int> id(m, -1), back;
  for (int a = 0; a < e; a++) if (id[vol[a]] < 0) { id[vol[a]] = back.size(); back.push_back(vol[a]); }
  int mm = back.size(), arcs = e + n, sink = n + mm;
  for (int x : back) arcs += first[x + 1] - first[x];
  G g;
  g.reserveNode(sink + 1);
  g.reserveArc(arcs);
  for (int i = 0; i <= sink; i++) g.addNode();
  std::vector<int> cost;
  cost.reserve(arcs);
  auto add = [&](int u, int w, int c) { g.addArc(g.nodeFromId(u), g.nodeFromId(w)); cost.push_back(c); };
  for (int i = 0; i < n; i++) {
    for (int a = row[i]; a < row[i + 1]; a++) add(i, n + id[vol[a]], price[a]);
    add(i, sink, leave[i]);
  }
  for (int k = 0; k < mm; k++) for (int t = first[back[k]]; t < first[back[k] + 1]; t++) add(n + k, sink, slot[t]);
  G::ArcMap<int> costs(g), upper(g, 1);
  G::NodeMap<int> supply(g, 0);
  for (int i = 0; i < arcs; i++) costs[g.arcFromId(i)] = cost[i];
  for (int i = 0; i < n; i++) supply[g.nodeFromId(i)] = 1;
  supply[g.nodeFromId(sink)] = -n;
  lemon::NetworkSimplex<G, int, long long> s(g);
  s.upperMap(upper).costMap(costs).supplyMap(supply);
  bool optimal = s.run() == s.OPTIMAL;
  double ms = cpu() - start;
  printf("{\"objective\":%lld,\"cpu_ms\":%.3f,\"optimal\":%s}\n", s.totalCost<long long>(), ms, optimal ? "true" : "false");
}
