"""What is asked of a pipe network and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownPipeError(TwinError):
    code = "unknown_pipe"
    zh = "管网中没有管段或管点 “{feature_id}”。请用图层表中的 feature_id。"
    en = "The network has no link or node '{feature_id}'. Use a feature_id of the layer's table."


class PipeOutOfUseError(TwinError):
    code = "pipe_out_of_use"
    zh = "管段 “{feature_id}” 的状态为 “{state}”，不输送介质。请改选在用管段，或以 out_of_use=True 建立管网。"
    en = "Link '{feature_id}' is '{state}' and carries nothing. Name a link in use, or make the network with out_of_use=True."


class NotAValveError(TwinError):
    code = "not_a_valve"
    zh = "“{feature_id}” 不是该管网的阀门。请用 network.valves 中的编号。"
    en = "'{feature_id}' is no valve of this network. Use an id of network.valves."


class ValvePlaceError(TwinError):
    code = "valve_place"
    zh = "阀门 “{valve_id}”：在用管段 “{link_id}” 不与管点 “{node_id}” 相连。请更正阀门表中的 link_id 或 node_id。"
    en = "Valve '{valve_id}': no link in use '{link_id}' ends at node '{node_id}'. Correct link_id or node_id in the table of valves."


class NotAPipeLayerError(TwinError):
    code = "not_a_pipe_layer"
    zh = '该表不是管网图层：缺少列 {columns}。请用 generation.table("water_supply") 等管网图层的表。'
    en = 'This table is no layer of a pipe network: it lacks {columns}. Use the table of one, such as generation.table("water_supply").'
