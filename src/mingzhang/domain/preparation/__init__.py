"""Budget preparation 预算编制: from the call for requests to the appropriation handed down."""
