"""What a layer can be coloured by: its columns, the property sets of its elements, the attributes its source added.

``field`` names one and says what is known of it; one file a kind lists and reads them; ``catalogue`` joins the three.
"""
