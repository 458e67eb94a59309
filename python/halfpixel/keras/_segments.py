"""A Keras model's graph in parts: those that this library runs, and those that are left to Keras."""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import _forked
from .._errors import Error, UnsupportedError
from ._accelerate import Accelerated, Whole, _numpy, _packed, other_numbers, taken_whole
from .models import model_of_own


class Graph(NamedTuple):
    """Nodes in an order in which they can be run."""

    inputs: list[Any]
    outputs: list[Any]
    nodes: list[Any]


def graph_of(model: Any) -> Graph | None:
    """The graph of a functional or sequential model; None of others."""
    function = getattr(model, "_functional", None) or model
    by_depth = getattr(function, "_nodes_by_depth", None)
    if by_depth is None:
        return None
    nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth] if not node.is_input]
    return Graph(list(function._inputs), list(function._outputs), nodes)


class Ours:
    """Nodes that run here: a model of their own, from tensors that others made to those that others want."""

    def __init__(self, whole: Whole, inputs: list[Any], outputs: list[Any]) -> None:
        self._whole, self._inputs, self._outputs = whole, inputs, outputs

    def run(self, known: dict[int, Any]) -> None:
        results = self._whole.function([_numpy(known[id(tensor)]) for tensor in self._inputs])
        for tensor, result in zip(self._outputs, results if isinstance(results, list) else [results]):
            known[id(tensor)] = result

    def refresh(self) -> None:
        self._whole.refresh()


class Keras:
    """Nodes that Keras runs, one after the other."""

    def __init__(self, nodes: list[Any], doubles: dict[int, Accelerated]) -> None:
        self._nodes, self._doubles = nodes, doubles

    def run(self, known: dict[int, Any]) -> None:
        _forked.run(self._run, known)

    def _run(self, known: dict[int, Any]) -> None:
        import keras

        for node in self._nodes:
            double = self._doubles.get(id(node.operation))
            if double is not None:
                results = double._run([_numpy(known[id(tensor)]) for tensor in node.arguments.keras_tensors])
            else:
                tensors = {id(tensor): keras.ops.convert_to_tensor(known[id(tensor)]) for tensor in node.arguments.keras_tensors}
                arguments, keywords = node.arguments.fill_in(tensors)
                if "training" in keywords or getattr(node.operation, "_call_has_training_arg", False):
                    keywords["training"] = False
                results = keras.tree.flatten(node.operation(*arguments, **keywords))
            for tensor, result in zip(node.outputs, results):
                known[id(tensor)] = result

    def refresh(self) -> None:
        for double in self._doubles.values():
            double.refresh()


def segments(model: Any, custom_objects: dict[str, Any] | None) -> tuple[list[Any], list[str], str]:
    """The parts of a model in the order in which they run, the names of layers that Keras runs, and the first reason."""
    graph = graph_of(model)
    if graph is None:
        return [], [], ""
    refused: dict[int, str] = {}  # by operation
    doubles: dict[int, Accelerated] = {}
    for node in graph.nodes:
        key = id(node.operation)
        if key in refused or not _is_alone(node):
            refused.setdefault(key, f"layer '{node.operation.name}' is called with more than tensors")
            continue
        try:
            if reason := other_numbers(node.operation):
                raise UnsupportedError(reason)
            with _Submodel(node.arguments.keras_tensors, node.outputs, [node]) as single:
                model_of_own(single.to_json(), custom_objects)
        except Exception as error:  # Keras' and users' own are reasons as good
            refused[key] = f"{type(error).__name__}: {error}" if not isinstance(error, Error) else str(error)
            inner = graph_of(node.operation)
            if inner is not None:
                parts, names, reason = segments(node.operation, custom_objects)
                if any(isinstance(part, Ours) for part in parts):
                    doubles[key] = Accelerated(node.operation, parts, names, reason)
    while True:
        parts = []
        for kind, nodes in _groups(graph, refused):
            if kind == "keras":
                parts.append(Keras(nodes, doubles))
                continue
            inputs, outputs = _borders(graph, nodes)
            try:
                with _Submodel(inputs, outputs, nodes) as part:
                    parts.append(Ours(taken_whole(part, custom_objects), inputs, outputs))
            except Exception as error:
                refused.update({id(node.operation): str(error) for node in nodes})
                break
        else:
            break
    left_out = list(dict.fromkeys(str(node.operation.name) for node in graph.nodes if id(node.operation) in refused))
    reason = next(iter(refused.values()), "")
    if not any(isinstance(part, Ours) for part in parts) and not doubles:
        return [], left_out, reason
    return parts, left_out, reason


def _is_alone(node: Any) -> bool:
    """All that a call got is tensors, each once."""
    tensors = node.arguments.keras_tensors
    return bool(tensors) and len({id(tensor) for tensor in tensors}) == len(tensors)


def _groups(graph: Graph, refused: dict[int, str]) -> list[tuple[str, list[Any]]]:
    """Nodes that can run together: a part begins where the one who runs changes along a path."""
    made_by = {id(tensor): node for node in graph.nodes for tensor in node.outputs}
    stage: dict[int, int] = {}
    found: dict[tuple[int, str], list[Any]] = {}
    for node in graph.nodes:
        kind = "keras" if id(node.operation) in refused else "ours"
        at = 0
        for tensor in node.arguments.keras_tensors:
            before = made_by.get(id(tensor))
            if before is not None:
                other = "keras" if id(before.operation) in refused else "ours"
                at = max(at, stage[id(before)] + (kind != other))
        stage[id(node)] = at
        found.setdefault((at, kind), []).append(node)
    return [(kind, nodes) for (_, kind), nodes in sorted(found.items(), key=lambda item: item[0][0])]


def _borders(graph: Graph, nodes: list[Any]) -> tuple[list[Any], list[Any]]:
    """The tensors that some nodes take from elsewhere, and those that others, or the caller, want of them."""
    made = {id(tensor): tensor for node in nodes for tensor in node.outputs}
    own = {id(node) for node in nodes}
    taken = {id(tensor): tensor for node in nodes for tensor in node.arguments.keras_tensors if id(tensor) not in made}
    wanted = {id(tensor) for node in graph.nodes if id(node) not in own for tensor in node.arguments.keras_tensors}
    wanted |= {id(tensor) for tensor in graph.outputs}
    return list(taken.values()), [tensor for key, tensor in made.items() if key in wanted]


class _Submodel:
    """A keras.Model of some nodes, for as long as it takes to read it.

    Keras notes calls in the layers, and in an Input that stands beside tensors from the middle: both forget them after.
    """

    def __init__(self, inputs: list[Any], outputs: list[Any], nodes: list[Any]) -> None:
        self._ends = inputs, outputs
        self._tensors = [*inputs, *outputs, *(tensor for node in nodes for tensor in (*node.arguments.keras_tensors, *node.outputs))]
        self._operations = list({id(node.operation): node.operation for node in nodes}.values())
        producers = {id(tensor._keras_history.operation): tensor._keras_history.operation for tensor in inputs}
        self._operations += [operation for key, operation in producers.items() if all(key != id(one) for one in self._operations)]

    def __enter__(self) -> Any:
        import keras

        self._counts = [(len(one._inbound_nodes), len(one._outbound_nodes)) for one in self._operations]
        self._histories = [tensor._keras_history for tensor in self._tensors]
        inputs, outputs = self._ends
        try:
            return keras.Model(list(inputs), list(outputs))
        except Exception:
            self.__exit__()
            raise

    def __exit__(self, *_: Any) -> None:
        for operation, (inbound, outbound) in zip(self._operations, self._counts):
            del operation._inbound_nodes[inbound:]
            del operation._outbound_nodes[outbound:]
        for tensor, history in zip(self._tensors, self._histories):
            tensor._keras_history = history


__all__ = ["Graph", "Keras", "Ours", "graph_of", "segments"]
