-- Whether scripts may be run here, and how many replicas follow.
return answer({})
